import { operation } from '@zenops/contracts/kit'
import { z } from 'zod'

/** What is running: version, build, modes. Shown as it comes. */
export const getMeta = operation({
  id: 'ops.getMeta',
  method: 'GET',
  path: '/v1/meta',
  summary: 'Version and build of the server.',
  access: 'public',
  ok: z.looseObject({}),
})

/** Whether the server can take work, part by part; 503 when it cannot. */
export const getReady = operation({
  id: 'ops.getReady',
  method: 'GET',
  path: '/v1/ready',
  summary: 'Readiness of the server and its parts.',
  access: 'public',
  ok: z.looseObject({}),
})
