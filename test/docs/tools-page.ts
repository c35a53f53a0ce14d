import { z } from 'zod';
import { createRedactor } from '../../src/evidence/redact.ts';
import { sanitiseText } from '../../src/mcp/sanitise.ts';
import {
  type EnvironmentFacts,
  listEnvironments,
} from '../../src/tools/environment/list-environments.ts';
import { RESOURCES, resourceNames } from '../../src/tools/kubernetes/resources.ts';
import type { Tool } from '../../src/tools/tool.ts';
import { createToolset } from '../../src/tools/toolset.ts';
import { type ExampleWorld, examples } from '../tools/examples/world.ts';
import { run } from '../tools/run.ts';
import { WINDOW } from '../tools/shop.ts';

const Property = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.union([z.string(), z.number()])).optional(),
  description: z.string().default(''),
  default: z.unknown().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  maxLength: z.number().optional(),
});
type Property = z.infer<typeof Property>;
const Schema = z.object({
  properties: z.record(z.string(), Property).default({}),
  required: z.array(z.string()).default([]),
});

/** The same whenever the page is made, so that its placeholders stay. */
export const redact = createRedactor('docs/tools.md');

const FACTS: Omit<EnvironmentFacts, 'systems'> = {
  name: 'eu',
  version: '0.1.0',
  namespaces: ['shop', 'payments'],
  gaps: [],
  defaultWindowMinutes: 60,
  limits: { toolSeconds: 15, toolCallsPerMinute: 600, outputBytes: 200_000 },
};

interface Section {
  title: string;
  /** What holds for several of its tools. */
  about?: string;
  owns(tool: Tool): boolean;
}

const sections: Section[] = [
  {
    title: 'Kubernetes',
    about: `\`kubectl_get\` and \`kubectl_describe\` read these kinds, by any name that kubectl takes for them: ${kinds()}.`,
    owns: ({ name }) => name.startsWith('kubectl_'),
  },
  { title: 'Prometheus', owns: ({ name }) => /prometheus/.test(name) },
  { title: 'Loki', owns: ({ name }) => /(?:^|_)logs?(?:_|$)/.test(name) },
  { title: 'Across systems', owns: () => true },
];

/** docs/tools.md, from the tools themselves: what they say of their arguments, and what they answer in the example world. */
export async function toolsPage(world: ExampleWorld): Promise<string> {
  const systems = systemsOf(world);
  const tools = [...world.tools, listEnvironments({ ...FACTS, systems })];
  const left = new Set(tools);
  const parts = sections.map(({ title, about, owns }) => {
    const own = [...left].filter(owns);
    for (const tool of own) left.delete(tool);
    return { title, about, own };
  });
  const bodies = await Promise.all(
    parts.map(async ({ title, about, own }) => {
      const described = await Promise.all(own.map((tool) => describeTool(tool, tools)));
      return [`## ${title}`, ...(about === undefined ? [] : [about]), ...described].join('\n\n');
    }),
  );
  return `${[INTRODUCTION, contents(parts), ...bodies].join('\n\n')}\n`;
}

/** As the servers have them: each system with all of its tools. */
function systemsOf({ connections }: ExampleWorld): EnvironmentFacts['systems'] {
  const { kubernetes, prometheus, loki } = connections;
  return [
    { system: 'Kubernetes', tools: createToolset({ kubernetes }, redact) },
    { system: 'Prometheus', tools: createToolset({ prometheus }, redact) },
    { system: 'Loki', tools: createToolset({ loki }, redact) },
  ].map(({ system, tools }) => ({ system, tools: tools.map(({ name }) => name) }));
}

/** `` `Pod` (po), `Event` (ev) ``. */
function kinds(): string {
  return resourceNames()
    .map((resource) => {
      const { kind, aliases } = RESOURCES[resource];
      return `\`${kind}\`${aliases.length === 0 ? '' : ` (${aliases.join(', ')})`}`;
    })
    .join(', ');
}

const INTRODUCTION = `# The tools

<!-- Made by \`npm run docs:tools\` from the tools themselves; a test fails when it is out of date. -->

${"All of them only read, within the window of the incident: relative times count back from its end, and a person's own"}
client asks about the last hour. Times are UTC. Each example is what the tool answered in the example world of the tests,
over ${WINDOW.from.slice(0, 16)}Z to ${WINDOW.to.slice(11, 16)}Z.

Every call, whatever the tool: 15 s at most (\`limits.toolSeconds\`, never over 30), 200,000 bytes of text, 600 calls a minute a
client, 64 at once (one caller 32); identical calls within 5 s share one; secrets are replaced before anything leaves. What was cut is said
in the output, with how to ask for less ([settings](configuration.md)).

A secret is recognised by its name and by the text around it, so a query may not take one out of there. In PromQL,
\`label_replace\` copies whole values only (\`"$1"\` with \`"(.*)"\`), and neither it nor \`label_join\` reads a label whose
name says that it is a secret. In LogQL there is no \`line_format\`, \`regexp\`, \`pattern\` or template, and no new name for what
is called a secret: use \`| json\`, \`| logfmt\` and line filters. What stays: a matcher or a filter answers yes or no about
any value, secrets too, so who may ask many times can find one out.`;

function contents(parts: { title: string; own: Tool[] }[]): string {
  return parts
    .map(({ title, own }) => {
      const links = own.map(({ name }) => `[\`${name}\`](#${name})`);
      return `- **${title}**: ${links.join(' · ')}`;
    })
    .join('\n');
}

async function describeTool(tool: Tool, tools: readonly Tool[]): Promise<string> {
  const example = [...examples, { tool: 'list_environments', args: {} }].find(
    (it) => it.tool === tool.name,
  );
  if (!example) throw new Error(`${tool.name} has no example in test/tools/examples`);
  const output = await run(tools, tool.name, example.args);
  // As the server does to all that leaves it.
  const text = shortened(sanitiseText(output.text, redact));
  return [
    `### ${tool.name}`,
    tool.description,
    ...argumentTable(tool),
    `\`\`\`\n${tool.name} ${JSON.stringify(example.args)}\n\n${text}\n\`\`\``,
  ].join('\n\n');
}

/** Nobody reads more of an example than this. */
const MAX_EXAMPLE_LINES = 60;

function shortened(text: string): string {
  const lines = text.split('\n');
  const left = lines.length - MAX_EXAMPLE_LINES;
  return left <= 0
    ? text
    : [...lines.slice(0, MAX_EXAMPLE_LINES), `… (${left} more lines here)`].join('\n');
}

function argumentTable(tool: Tool): string[] {
  const { properties, required } = Schema.parse(z.toJSONSchema(tool.input, { io: 'input' }));
  const rows = Object.entries(properties).map(([name, property]) => {
    const need = required.includes(name) ? 'required' : defaultOf(property);
    return `| \`${name}\` | ${typeOf(property)} | ${need} | ${cell(property.description)} |`;
  });
  if (rows.length === 0) return ['No arguments.'];
  return [['| argument | type | default | |', '|---|---|---|---|', ...rows].join('\n')];
}

function typeOf({ type, enum: choices, minimum, maximum, maxLength }: Property): string {
  if (choices) return choices.map((choice) => `\`${choice}\``).join(', ');
  const name = [type ?? 'any'].flat().join(' or ');
  if (name === 'integer' || name === 'number') {
    return maximum === undefined
      ? name
      : `${name}, ${minimum ?? 0} to ${maximum.toLocaleString('en')}`;
  }
  return maxLength === undefined
    ? name
    : `${name}, at most ${maxLength.toLocaleString('en')} characters`;
}

function defaultOf(property: Property): string {
  return property.default === undefined ? '' : `\`${JSON.stringify(property.default)}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
