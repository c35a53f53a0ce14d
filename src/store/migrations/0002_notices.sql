CREATE TABLE "probable_cause"."notices" (
	"incident_id" text NOT NULL,
	"id" text NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "probable_cause"."notices_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"document" json NOT NULL,
	CONSTRAINT "notices_incident_id_id_pk" PRIMARY KEY("incident_id","id")
);
--> statement-breakpoint
ALTER TABLE "probable_cause"."notices" ADD CONSTRAINT "notices_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "probable_cause"."incidents"("id") ON DELETE no action ON UPDATE no action;