import { createExportJob, downloadExport, type ExportRequest, getExportJob } from '@zenops/contracts/exports'
import { createBank } from '@zenops/contracts/directory'
import type { OutputOf } from '@zenops/contracts/kit'
import type { z } from 'zod'
import type { NoteSigner } from '@zenops/audit/notes'
import { sealerDatabase } from '../../src/modules/audit/index.ts'
import { signTurn } from '../../src/modules/audit/sealing/sign-turn.ts'
import { uuidv7 } from '../../src/platform/ids.ts'
import { addressOf, type Firm, type House, type Reply, type TestActor } from './house.ts'
import { sessionOf } from './sessions.ts'

export type ExportBody = z.input<typeof ExportRequest>

interface FileAsk {
  readonly headers?: Readonly<Record<string, string>>
  readonly method?: 'GET' | 'HEAD'
}

/** How people export in tests. */
export function exportDesk(house: House) {
  const steppedUp = async (...people: TestActor[]): Promise<void> => {
    await house.sql('update identity.auth_families set stepped_up_at = now() where user_id = any ($1)', [
      people.map((one) => one.userId),
    ])
    for (const one of people) house.app.authenticator.forget(sessionOf(one))
  }
  const ask = (actor: TestActor, body: ExportBody = {}): Promise<Reply<OutputOf<typeof createExportJob>>> =>
    actor.call(createExportJob, { body }, { 'idempotency-key': uuidv7() })
  return {
    steppedUp,
    ask,
    /** A firm whose owner has just proven a factor, with a sealed log of so many events. */
    firmWith: async (banks: number): Promise<Firm> => {
      const firm = await house.firm()
      await steppedUp(firm.owner)
      for (let n = 1; n <= banks; n++) await firm.owner.ok(createBank, { body: { name: `Bank ${n}` } })
      await house.seal()
      return firm
    },
    /** Asks and lets the workers work; answers the job's id. */
    made: async (actor: TestActor, body: ExportBody = {}): Promise<string> => {
      const reply = await ask(actor, body)
      if (reply.status !== 202) throw new Error(`the export was refused: ${JSON.stringify(reply.body)}`)
      await house.runJobs()
      return reply.body.job_id
    },
    jobOf: (actor: TestActor, job_id: string) => actor.ok(getExportJob, { params: { job_id } }),
    fetchFile: (actor: TestActor, job_id: string, { headers = {}, method = 'GET' }: FileAsk = {}) =>
      house.server(actor.surface).inject({
        method,
        url: addressOf(downloadExport, { params: { job_id } }),
        headers: { authorization: `Bearer ${actor.token}`, ...headers },
      }),
    /** Signs the head of every log as it is now. */
    signed: async (signer: NoteSigner): Promise<void> => {
      const sealer = sealerDatabase(house.sealerUrl, () => {})
      const journal = {
        name: 'memory',
        publish: async () => ({}),
        latest: async () => ({ notes: new Map(), keys: [] }),
      }
      const host = house.config.AUDIT_ORIGIN
      await signTurn(sealer, { host, signers: [signer], journal, published: new Map(), events: 1, seconds: 1 })
      await house.sql('insert into audit.signing_keys (public_key) values ($1) on conflict do nothing', [
        signer.publicKey,
      ])
      await sealer.close()
    },
    /** What the log tells of a job, and what was counted of exports in the firm. */
    actionsOf: async (tenantId: string, job: string): Promise<string[]> =>
      (await house.audit(tenantId)).filter((event) => event.target.id === job).map((event) => event.action),
    countedOf: async (tenantId: string): Promise<string[]> =>
      (
        await house.sql<{ metric_key: string }>(
          `select metric_key from ops.events where tenant_id = $1 and metric_key like 'audit_export_%' order by occurred_at, id`,
          [tenantId],
        )
      ).map((row) => row.metric_key),
  }
}
export type ExportDesk = ReturnType<typeof exportDesk>
