import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** The surfaces people open, each on an origin of its own. */
export type Surface = 'web' | 'portal' | 'studio'

const contentPolicy = (nonce: string, storage: string): string =>
  [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    `img-src 'self' blob: data:${storage}`,
    `connect-src 'self'${storage}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')

export interface ServedApp {
  /** Folder of the built app. */
  readonly dist: string
  /** Origin of signed file links when files do not lie with the product. */
  readonly storageOrigin: string | null
}

/** Serves a built app: hashed assets for a year, the page itself fresh and with a nonce of its own. */
export async function serveApp(server: FastifyInstance, app: ServedApp): Promise<void> {
  const { dist } = app
  const storage = app.storageOrigin === null ? '' : ` ${app.storageOrigin}`
  const page = await readFile(path.join(dist, 'index.html'), 'utf8').catch(() => null)
  if (page === null) {
    server.get('/', async (_request, reply) =>
      reply.code(503).type('text/plain').send('This app is not built yet: run npm start.'),
    )
    return
  }
  await server.register(fastifyStatic, {
    root: path.join(dist, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '365d',
    index: false,
    decorateReply: false,
  })
  server.get('/*', async (_request, reply) => {
    const nonce = randomBytes(16).toString('base64')
    return reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .header('content-security-policy', contentPolicy(nonce, storage))
      .send(page.replaceAll('%CSP_NONCE%', nonce))
  })
}
