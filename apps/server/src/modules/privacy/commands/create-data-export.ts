import { createDataExport } from '@zenops/contracts/privacy'
import { operationsOf } from '../../../platform/operations.ts'
import type { Visible } from '../context.ts'
import { beginExport } from '../exporting/begin.ts'
import type { PrivacyExportParts } from '../exporting/family.ts'

const on = operationsOf<Visible>()

export const createDataExportOperation = (parts: PrivacyExportParts) =>
  on.command(createDataExport, {
    asIdentity: true,
    run: async (context) => {
      const subject = { kind: 'user', id: context.actor.userId } as const
      const begun = await beginExport(context, { subject, evidence: null, parts })
      return {
        body: { export_id: begun.id, status: 'PENDING' as const, expires_at: begun.expiresAt },
        audit: begun.audit,
      }
    },
  })
