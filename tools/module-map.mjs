/**
 * The modules of the server, and which others each may use (through their index.ts only): the dependency graph of the
 * monolith on one screen. The graph has no cycle; a module that is not listed here is an error of `npm run check`.
 * What everybody needs (audit entries, events, jobs, files on disk, mail) is a port of the platform, not a module.
 */
export const mayUse = {
  // These eight own the schema `identity` together.
  identity: [],
  factors: ['identity'],
  accounts: ['identity'],
  rights: ['identity'],
  members: ['identity', 'rights'],
  approvals: ['identity', 'rights', 'members'],
  tenants: ['identity', 'rights', 'members'],
  blocks: ['identity', 'rights'],
  audit: ['identity'],
  directory: ['identity'],
  documents: ['identity'],
  people: ['identity', 'documents'],
  assignments: ['identity', 'directory', 'documents'],
  commissions: ['identity', 'directory', 'documents', 'assignments'],
  billing: ['identity', 'directory', 'documents', 'assignments'],
  reports: ['identity', 'directory', 'documents', 'assignments', 'billing'],
  notifications: ['identity', 'directory', 'documents', 'assignments'],
  knowledge: ['identity', 'documents'],
  assistant: ['identity', 'knowledge', 'assignments', 'directory', 'reports', 'billing'],
  desk: ['identity', 'accounts', 'directory', 'documents', 'assignments', 'commissions', 'knowledge', 'assistant'],
  privacy: ['identity', 'members', 'audit', 'documents', 'people', 'directory', 'commissions', 'desk', 'notifications'],
  analytics: ['identity', 'directory', 'assignments', 'commissions', 'documents', 'reports', 'billing', 'people'],
  queues: [],
  schedule: [],
  ops: ['identity', 'audit', 'documents', 'billing', 'reports', 'desk', 'notifications', 'privacy'],
}
