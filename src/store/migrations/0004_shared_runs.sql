ALTER TABLE "probable_cause"."incidents" ADD COLUMN "status" text;--> statement-breakpoint
ALTER TABLE "probable_cause"."runs" ADD COLUMN "leader_id" text;--> statement-breakpoint
ALTER TABLE "probable_cause"."runs" ADD COLUMN "leader_reason" json;--> statement-breakpoint
ALTER TABLE "probable_cause"."runs" ADD COLUMN "members" json;--> statement-breakpoint
ALTER TABLE "probable_cause"."runs" ADD COLUMN "outline" json;--> statement-breakpoint
ALTER TABLE "probable_cause"."runs" ADD COLUMN "environment" text;--> statement-breakpoint
ALTER TABLE "probable_cause"."runs" ADD COLUMN "opened_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "probable_cause"."runs" ADD CONSTRAINT "runs_leader_id_runs_id_fk" FOREIGN KEY ("leader_id") REFERENCES "probable_cause"."runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "runs_leader" ON "probable_cause"."runs" USING btree ("leader_id");--> statement-breakpoint
CREATE INDEX "runs_opened" ON "probable_cause"."runs" USING btree ("environment","opened_at");