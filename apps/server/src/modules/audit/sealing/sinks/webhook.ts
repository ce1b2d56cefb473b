import { hash } from 'node:crypto'
import type { Outgoing } from '../../../../platform/outgoing/client.ts'
import { signedHeaders } from '../../../../platform/outgoing/standard-webhooks.ts'
import type { NotarySink } from '../notary.ts'

export interface WebhookOptions {
  readonly url: string
  /** `whsec_…` */
  readonly secret: string
  readonly outgoing: Outgoing
  readonly now: () => Date
}

/** Hands each note to a receiver of one's own, signed by Standard Webhooks. Equal notes have equal ids. */
export const webhookSink = ({ url, secret, outgoing, now }: WebhookOptions): NotarySink => ({
  name: 'webhook',
  publish: async (notes) => {
    const ids: string[] = []
    let status = 0
    for (const note of notes) {
      const id = `note_${hash('sha256', note)}`
      const at = now()
      const body = JSON.stringify({ type: 'audit.note', timestamp: at.toISOString(), data: { note } })
      const answer = await outgoing.post({
        url,
        body,
        headers: signedHeaders({ id, body, at: at.getTime() / 1000 }, secret),
      })
      ids.push(id)
      status = answer.status
    }
    return { ids, status, at: now().toISOString() }
  },
})
