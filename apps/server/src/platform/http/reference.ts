import { randomBytes } from 'node:crypto'
import { buildOpenApi } from '@zenops/contracts/openapi'
import { ALL_OPERATIONS } from '@zenops/contracts/registry'
import type { FastifyInstance } from 'fastify'
import { VERSION } from '../../version.ts'

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

const STYLE = `
body{font:14px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#16191d;background:#fff}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #d5dae1;padding:.35rem .5rem;text-align:left;vertical-align:top}
code{font:13px ui-monospace,monospace}h2{margin-top:2rem}.m{font-weight:600;width:4.5rem}
@media(prefers-color-scheme:dark){body{color:#e8ebef;background:#111418}td,th{border-color:#313843}a{color:#7db7f5}}`

/** Every operation on one page, by module; the schemas stand in the OpenAPI document. */
function referencePage(nonce: string): string {
  const modules = Map.groupBy(ALL_OPERATIONS, (operation) => operation.id.split('.', 1)[0] ?? '')
  const sections = [...modules].map(([name, operations]) => {
    const rows = operations.map((o) => {
      const access = typeof o.access === 'string' ? o.access : o.access.capability
      return `<tr><td class="m">${o.method}</td><td><code>${escape(o.path)}</code></td><td>${escape(o.summary)}</td><td><code>${access}</code></td><td>${o.status}</td><td><code>${o.errors.join(' ')}</code></td></tr>`
    })
    return `<h2 id="${name}">${name}</h2><table><thead><tr><th>Method</th><th>Path</th><th>What it does</th><th>Who</th><th>Answer</th><th>Own errors</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
  })
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>ZenOps API</title><style nonce="${nonce}">${STYLE}</style></head><body><h1>ZenOps API ${VERSION}</h1><p><a href="/v1/openapi.json">OpenAPI 3.1 document</a></p>${sections.join('')}</body></html>`
}

/** `/v1/openapi.json` and the reference page `/v1/docs`, made from the contracts. */
export async function serveReference(server: FastifyInstance): Promise<void> {
  const document = JSON.stringify(buildOpenApi(ALL_OPERATIONS, { version: VERSION }))
  server.get('/v1/openapi.json', async (_request, reply) =>
    reply.type('application/json; charset=utf-8').header('cache-control', 'public, max-age=300').send(document),
  )
  server.get('/v1/docs', async (_request, reply) => {
    const nonce = randomBytes(16).toString('base64')
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', `default-src 'none'; style-src 'nonce-${nonce}'; frame-ancestors 'none'`)
      .send(referencePage(nonce))
  })
}
