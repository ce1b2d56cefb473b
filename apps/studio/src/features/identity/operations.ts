import { operation } from '@zenops/contracts/kit'
import { z } from 'zod'

const audience = z.enum(['web', 'portal', 'studio'])

/** What the sign-in page needs before anybody is known (`identity.md` 12). */
export const getAuthConfig = operation({
  id: 'identity.getAuthConfig',
  method: 'GET',
  path: '/v1/auth/config',
  summary: 'What the sign-in page offers.',
  access: 'public',
  query: z.strictObject({ aud: audience }),
  ok: z.object({
    multi_tenant: z.boolean(),
    registration: z.string(),
    passwordless: z.boolean(),
    guest: z.boolean(),
    password_min: z.number(),
    demo: z
      .array(
        z.object({
          key: z.string(),
          surface: audience,
          job: z.string(),
          can: z.array(z.string()),
          waiting: z.number(),
          email: z.string(),
          password: z.string(),
        }),
      )
      .nullable(),
  }),
})
