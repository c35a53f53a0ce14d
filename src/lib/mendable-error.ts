/** What a person can mend: its message says what to do, and is told without a stack trace. */
export class MendableError extends Error {}
