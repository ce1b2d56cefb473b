import { createHmac } from 'node:crypto'
import type { ReadyConfig } from '../../config.ts'

/** What stands for an e-mail where the e-mail itself may not: counters and audit. */
export const loginHmac = (config: Pick<ReadyConfig, 'AUTH_PEPPER'>, email: string): Buffer =>
  createHmac('sha256', config.AUTH_PEPPER)
    .update(`login:${email.normalize('NFC').trim().toLowerCase()}`)
    .digest()

/** The same, as audit events name it. */
export const emailMark = (config: Pick<ReadyConfig, 'AUTH_PEPPER'>, email: string): string =>
  loginHmac(config, email).toString('hex').slice(0, 32)
