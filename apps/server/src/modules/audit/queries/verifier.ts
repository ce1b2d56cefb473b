import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { auditVerifier } from '@zenops/contracts/audit-chain'
import { operationsOf } from '../../../platform/operations.ts'

const on = operationsOf<never>()
const FILE = path.join(import.meta.dirname, '../../../../../../packages/audit/audit-verify.mjs')

export const auditVerifierOperation = on.raw(auditVerifier, async () => ({
  status: 200,
  headers: {
    'content-type': 'text/javascript; charset=utf-8',
    'content-disposition': 'attachment; filename="audit-verify.mjs"',
  },
  body: await readFile(FILE),
}))
