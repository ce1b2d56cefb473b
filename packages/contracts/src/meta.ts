import { z } from 'zod'
import { operation } from './kit.ts'
import { instant } from './values.ts'

export const health = operation({
  id: 'ops.health',
  method: 'GET',
  path: '/v1/health',
  summary: 'The process answers; nothing else is asked.',
  access: 'public',
  ok: z.object({ status: z.literal('ok') }),
})

export const ready = operation({
  id: 'ops.ready',
  method: 'GET',
  path: '/v1/ready',
  summary: 'Database reachable, migrations at the expected version, not draining; otherwise 503 with Retry-After.',
  access: 'public',
  ok: z.object({ status: z.literal('ready') }),
  errors: ['DEPENDENCY_UNAVAILABLE'],
})

export const meta = operation({
  id: 'ops.meta',
  method: 'GET',
  path: '/v1/meta',
  summary: 'Name, version and build of the product, and its clock.',
  access: 'public',
  ok: z.object({
    name: z.string(),
    version: z.string(),
    build: z.string(),
    api_version: z.literal('v1'),
    time: instant,
  }),
})

export const RENDERER_REASONS = ['PDF_RENDERER_UNAVAILABLE'] as const

export const renderers = operation({
  id: 'reports.renderers',
  method: 'GET',
  path: '/v1/meta/renderers',
  summary: 'Which pack formats this installation can make, and why one cannot be made.',
  access: 'person',
  ok: z.object({
    renderer_version: z.string(),
    renderers: z.array(
      z.object({
        format: z.enum(['docx', 'pdf']),
        available: z.boolean(),
        name: z.string(),
        version: z.string().nullable(),
        reason: z.enum(RENDERER_REASONS).nullable(),
      }),
    ),
  }),
})
