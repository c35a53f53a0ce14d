ALTER TABLE "probable_cause"."runs" ADD COLUMN "withheld" json;--> statement-breakpoint
ALTER TABLE "probable_cause"."runs" ADD COLUMN "alertname" json;--> statement-breakpoint
ALTER TABLE "probable_cause"."runs" ADD COLUMN "usd" double precision;--> statement-breakpoint
CREATE INDEX "runs_started" ON "probable_cause"."runs" USING btree ("started_at");