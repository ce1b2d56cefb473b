import { patchContract } from '@zenops/contracts/reports'
import { addressOf } from '../apps/server/test/harness/house.ts'
import { lineLoad } from './line.ts'

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

/** Patches every report over a keep-alive connection of its own. Throws when a patch is refused. Answers each patch's milliseconds. */
export function patchLoad({ url, reports, seconds, patch }: PatchLoad): Promise<number[]> {
  const reportOf = (connection: number): PatchedReport => {
    const report = reports[connection]
    if (!report) throw new Error('a connection without a report')
    return report
  }
  return lineLoad({
    url,
    seconds,
    connections: reports.length,
    request: (connection) => {
      const { id, token, version } = reportOf(connection)
      return {
        method: patchContract.method,
        path: addressOf(patchContract, { params: { id } }),
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ patch: patch(version), expected_version: version }),
      }
    },
    answered: (connection) => {
      reportOf(connection).version += 1
    },
  })
}
