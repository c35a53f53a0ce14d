ALTER TABLE "probable_cause"."deliveries" ADD COLUMN "group_id" text;--> statement-breakpoint
ALTER TABLE "probable_cause"."deliveries" ADD COLUMN "received_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "deliveries_group" ON "probable_cause"."deliveries" USING btree ("group_id","received_at");