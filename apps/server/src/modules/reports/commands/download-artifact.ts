import { downloadArtifact } from '@zenops/contracts/reports-packs'
import { sql } from 'kysely'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import type { Visible } from '../context.ts'

const LINK_SECONDS = 900

interface FileRow {
  readonly filename: string
  readonly mime_type: string
  readonly kind: string
  readonly checksum_sha256: string
  readonly report_id: string
  readonly pack_status: string
  readonly storage_key: string | null
}

export const downloadArtifactOperation = operationsOf<Visible>().command(downloadArtifact, {
  run: async ({ tx, actor, services }, { params }) => {
    // Releases are what the portal sees of packs; there is none before billing decides one.
    if (actor.aud === 'portal') throw refuse.notFound('The pack')
    const { rows } = await sql<FileRow>`
      select a.filename, a.mime_type, a.kind, a.checksum_sha256, a.report_id, p.status as pack_status,
        reports.artifact_key(a.document_id) as storage_key
      from reports.report_pack_artifacts a
      join reports.report_packs p on p.tenant_id = a.tenant_id and p.id = a.pack_id
      where a.tenant_id = ${actor.tenantId}::uuid and a.pack_id = ${params.id}::uuid and a.id = ${params.aid}::uuid`.execute(
      tx,
    )
    const file = rows[0]
    if (!file?.storage_key) throw await missing()
    const signed = await services.storage.presignGet({
      key: file.storage_key,
      filename: file.filename,
      contentType: file.mime_type,
      disposition: 'attachment',
      expiresIn: LINK_SECONDS,
    })
    return {
      body: signed,
      audit: {
        action: 'REPORT_PACK_DOWNLOADED',
        target_id: file.report_id,
        after: { pack_id: params.id, artifact_id: params.aid, kind: file.kind, sha256: file.checksum_sha256 },
      },
    }

    async function missing(): Promise<Refusal> {
      const packs = await sql<{ status: string }>`select status from reports.report_packs
        where tenant_id = ${actor.tenantId}::uuid and id = ${params.id}::uuid`.execute(tx)
      const status = packs.rows[0]?.status
      if (status !== 'generating' && status !== 'failed') return refuse.notFound('The file')
      return new Refusal('PACK_GENERATION_NOT_COMPLETED', 'This pack is not finished.', {
        details: [{ reason: 'status', status }],
      })
    }
  },
})
