/**
 * The modules of the server, and which others each may use (through their index.ts only): the dependency graph of the
 * monolith on one screen. The graph has no cycle; a module that is not listed here is an error of `npm run check`.
 * What everybody needs (audit entries, events, jobs, files on disk, mail) is a port of the platform, not a module.
 */
export const mayUse = {
  // These nine own the schema `identity` together.
  access: [],
  identity: ['access'],
  factors: ['access', 'identity'],
  accounts: ['access', 'identity'],
  rights: ['access', 'identity'],
  members: ['access', 'identity', 'rights'],
  approvals: ['access', 'identity', 'rights', 'members'],
  tenants: ['access', 'identity', 'rights', 'members'],
  blocks: ['access', 'identity', 'rights'],
  audit: ['identity'],
  exports: ['identity', 'audit'],
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
  retention: ['identity', 'audit', 'documents', 'privacy'],
  analytics: ['identity', 'directory', 'assignments', 'commissions', 'documents', 'reports', 'billing', 'people'],
  actions: ['identity', 'audit'],
  alerts: ['identity'],
  queues: [],
  schedule: [],
  ops: ['identity', 'audit', 'documents', 'billing', 'reports', 'desk', 'notifications', 'privacy'],
}
