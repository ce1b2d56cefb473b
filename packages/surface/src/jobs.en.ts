/** What job templates are called. */
export const en = {
  super_admin: 'Owner',
  ops_manager: 'Operations manager',
  valuer: 'Valuer',
  assistant_valuer: 'Assistant valuer',
  field_valuer: 'Field valuer',
  accounts: 'Accounts',
  hr: 'HR',
  platform_ops: 'Platform operator',
  portal_user: 'Portal user',
  guest: 'Guest',
  worker: 'Worker',
  service: 'Service',
} as const
