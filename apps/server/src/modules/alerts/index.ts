import type { JobHandler } from '../../platform/jobs/port.ts'
import type { Bound } from '../../platform/operations.ts'
import { ackAlertOperation } from './commands/ack-alert.ts'
import {
  type ChannelParts,
  createAlertChannelOperation,
  deleteAlertChannelOperation,
  testAlertChannelOperation,
  updateAlertChannelOperation,
} from './commands/channels.ts'
import { restoreAlertChannelOperation } from './commands/restore-channel.ts'
import { updateAlertRuleOperation } from './commands/update-rule.ts'
import { deliverHandler, type DeliverParts } from './jobs/deliver-alert.ts'
import { getAlertRuleOperation, listAlertRulesOperation } from './queries/alert-rules.ts'
import { listAlertChannelsOperation, listAlertDeliveriesOperation, listAlertsOperation } from './queries/alerts.ts'

export { channelSecrets } from './channel-secrets.ts'
export { alertConstraints } from './constraints.ts'
export { runbookOf } from './evaluator.ts'
export { alertWebhooks } from './alert-webhooks.ts'
export { alertLoop } from './loop.ts'

/** The operations of alerts, in the order of the contract. */
export const alertOperations = (parts: ChannelParts): Bound[] => [
  listAlertsOperation,
  ackAlertOperation,
  listAlertChannelsOperation,
  createAlertChannelOperation(parts),
  updateAlertChannelOperation(parts),
  deleteAlertChannelOperation,
  restoreAlertChannelOperation,
  testAlertChannelOperation(parts),
  listAlertDeliveriesOperation,
  listAlertRulesOperation,
  getAlertRuleOperation,
  updateAlertRuleOperation,
]

export const alertJobs = (parts: DeliverParts): JobHandler[] => [deliverHandler(parts)]
