-- The migrator makes this schema first, for its own ledger: hence the IF NOT EXISTS, the one edit by hand.
CREATE SCHEMA IF NOT EXISTS "probable_cause";
--> statement-breakpoint
CREATE TABLE "probable_cause"."deliveries" (
	"id" text PRIMARY KEY NOT NULL,
	"incident_id" text,
	"decision" text NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "probable_cause"."deliveries_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"notice" json,
	"truncated_alerts" integer DEFAULT 0 NOT NULL,
	"document" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "probable_cause"."effects" (
	"scope" text NOT NULL,
	"key" text NOT NULL,
	"state" text NOT NULL,
	"state_before" text,
	"owner" text,
	"lease_until" timestamp with time zone,
	"ref" json,
	"digest" text,
	CONSTRAINT "effects_scope_key_pk" PRIMARY KEY("scope","key")
);
--> statement-breakpoint
CREATE TABLE "probable_cause"."evidence" (
	"run_id" text NOT NULL,
	"id" text NOT NULL,
	"line" json NOT NULL,
	"document" json NOT NULL,
	CONSTRAINT "evidence_run_id_id_pk" PRIMARY KEY("run_id","id")
);
--> statement-breakpoint
CREATE TABLE "probable_cause"."incidents" (
	"id" text PRIMARY KEY NOT NULL,
	"group_id" text NOT NULL,
	"episode_id" text NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "probable_cause"."incidents_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"document" json NOT NULL,
	CONSTRAINT "incidents_episode_id_unique" UNIQUE("episode_id")
);
--> statement-breakpoint
CREATE TABLE "probable_cause"."run_progress" (
	"seq" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "probable_cause"."run_progress_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"run_id" text NOT NULL,
	"line" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "probable_cause"."runs" (
	"id" text PRIMARY KEY NOT NULL,
	"incident_id" text NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"window" json NOT NULL,
	"incident" json,
	"tools" json DEFAULT '[]'::json NOT NULL,
	"versions" json DEFAULT '{}'::json NOT NULL,
	"report" json,
	"started_at" timestamp (3) with time zone,
	"concluded_at" timestamp (3) with time zone,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "probable_cause"."runs_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1)
);
--> statement-breakpoint
CREATE TABLE "probable_cause"."turns" (
	"run_id" text NOT NULL,
	"index" integer NOT NULL,
	"document" json NOT NULL,
	CONSTRAINT "turns_run_id_index_pk" PRIMARY KEY("run_id","index")
);
--> statement-breakpoint
ALTER TABLE "probable_cause"."deliveries" ADD CONSTRAINT "deliveries_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "probable_cause"."incidents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "probable_cause"."evidence" ADD CONSTRAINT "evidence_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "probable_cause"."runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "probable_cause"."run_progress" ADD CONSTRAINT "run_progress_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "probable_cause"."runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "probable_cause"."runs" ADD CONSTRAINT "runs_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "probable_cause"."incidents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "probable_cause"."turns" ADD CONSTRAINT "turns_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "probable_cause"."runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "deliveries_incident" ON "probable_cause"."deliveries" USING btree ("incident_id","seq");--> statement-breakpoint
CREATE INDEX "incidents_group" ON "probable_cause"."incidents" USING btree ("group_id","opened_at");--> statement-breakpoint
CREATE INDEX "incidents_opened" ON "probable_cause"."incidents" USING btree ("opened_at");--> statement-breakpoint
CREATE INDEX "run_progress_run" ON "probable_cause"."run_progress" USING btree ("run_id","seq");--> statement-breakpoint
CREATE INDEX "runs_incident" ON "probable_cause"."runs" USING btree ("incident_id","seq");