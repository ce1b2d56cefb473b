import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

/** The database of the stories' product, past every policy: for what no page can do, such as letting time pass. */
export async function openProductDatabase(home: string) {
  const { database } = JSON.parse(readFileSync(join(home, 'secrets.json'), 'utf8'))
  const port = readFileSync(join(home, 'postgres/postmaster.pid'), 'utf8').split('\n')[3]
  const client = new pg.Client(`postgres://postgres:${database.root}@127.0.0.1:${port}/zenops`)
  await client.connect()
  return {
    sql: async (text: string, values: unknown[] = []) => (await client.query(text, values)).rows,
    close: () => client.end(),
  }
}
export type ProductDatabase = Awaited<ReturnType<typeof openProductDatabase>>
