import { Agent, request } from 'node:http'
import { patchContract } from '@zenops/contracts/reports'
import { addressOf } from '../apps/server/test/harness/house.ts'

/** A report that one connection patches again and again; each patch names the version that the last one made. */
export interface PatchedReport {
  readonly id: string
  readonly token: string
  version: number
}

export interface PatchLoad {
  readonly url: string
  readonly reports: readonly PatchedReport[]
  readonly seconds: number
  /** The patch that follows a version. */
  patch(version: number): object
}

/** Sends one patch and reads its answer away; throws when it is refused. */
function send(agent: Agent, { url, patch }: PatchLoad, report: PatchedReport): Promise<void> {
  const body = JSON.stringify({ patch: patch(report.version), expected_version: report.version })
  return new Promise((resolve, reject) => {
    const sent = request(url + addressOf(patchContract, { params: { id: report.id } }), {
      agent,
      method: patchContract.method,
      headers: {
        authorization: `Bearer ${report.token}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
    })
    sent.once('error', reject)
    sent.once('response', (response) => {
      response.once('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`a patch was answered ${response.statusCode}`)),
      )
      response.resume()
    })
    sent.end(body)
  })
}

/**
 * Patches every report over a keep-alive connection of its own, one patch after the other, and lets the last ones end.
 * It neither unpacks nor reads the answers: on a machine that both share, the load is to spend little beside the server.
 * Answers each patch's milliseconds.
 */
export async function patchLoad(load: PatchLoad): Promise<number[]> {
  const { reports, seconds } = load
  const agent = new Agent({ keepAlive: true, maxSockets: reports.length })
  const ms: number[] = []
  const until = performance.now() + seconds * 1000
  try {
    await Promise.all(
      reports.map(async (report) => {
        while (performance.now() < until) {
          const at = performance.now()
          await send(agent, load, report)
          report.version += 1
          ms.push(performance.now() - at)
        }
      }),
    )
  } finally {
    agent.destroy()
  }
  return ms
}
