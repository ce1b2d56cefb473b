import { z } from 'zod'
import { id, instant, sha256 } from './values.ts'

const when = instant.nullable()

/** One file of all that is kept about a person. Times are UTC; nothing in it is about anybody else. */
export const PersonExport = z
  .strictObject({
    manifest: z.strictObject({
      schema_version: z.literal(1),
      request_id: id,
      generated_at: instant,
      sha256: sha256.meta({ description: 'of the bytes of the file in front of `,"manifest":`' }),
      counts: z.record(z.string(), z.int().min(0)),
    }),
    profile: z.array(
      z.strictObject({
        id,
        kind: z.enum(['PERSON', 'GUEST', 'CONTACT']),
        name: z.string(),
        email: z.string().nullable(),
        email_verified_at: when,
        phone: z.string().nullable(),
        locale: z.string().nullable(),
        status: z.string(),
        created_at: instant,
      }),
    ),
    memberships: z.array(
      z.strictObject({
        firm: z.string(),
        role: z.string(),
        status: z.string(),
        job_templates: z.array(z.string()),
        professional: z.json(),
        created_at: instant,
      }),
    ),
    portal_links: z.array(
      z.strictObject({ firm: z.string(), party_kind: z.string(), status: z.string(), created_at: instant }),
    ),
    sessions: z.array(
      z.strictObject({
        surface: z.string(),
        device: z.string().nullable(),
        first_address: z.string().nullable(),
        last_address: z.string().nullable(),
        created_at: instant,
        last_seen_at: when,
        ended_at: when,
      }),
    ),
    sign_in_methods: z.array(
      z.strictObject({
        kind: z.enum(['authenticator', 'passkey']),
        name: z.string().nullable(),
        created_at: instant,
        last_used_at: when,
      }),
    ),
    settings: z.array(z.strictObject({ firm: z.string(), settings: z.json(), updated_at: instant })),
    mails: z.array(
      z.strictObject({
        firm: z.string(),
        to: z.string().nullable(),
        subject: z.string().nullable(),
        status: z.string(),
        queued_at: instant,
        sent_at: when,
      }),
    ),
    uploads: z.array(
      z.strictObject({
        firm: z.string(),
        document_id: id,
        filename: z.string(),
        size_bytes: z.int().min(0),
        sha256: sha256.nullable(),
        uploaded_at: when,
      }),
    ),
    requests: z.array(
      z.strictObject({ request_id: id, kind: z.string(), status: z.string(), created_at: instant, completed_at: when }),
    ),
    audit_events: z.array(
      z.strictObject({
        firm: z.string(),
        audit_id: id,
        action: z.string(),
        outcome: z.string(),
        at: instant,
        target_type: z.string().nullable(),
        /** Only where it is the person himself. */
        target_id: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'PersonExport', title: "Export of a person's data, version 1" })
export type PersonExport = z.infer<typeof PersonExport>
