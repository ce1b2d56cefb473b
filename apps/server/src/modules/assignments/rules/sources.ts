/** Ids of a header that must agree with each other. */
export interface Links {
  readonly bank_id: string | null
  readonly bank_branch_id: string | null
  readonly client_org_id: string | null
  readonly primary_contact_id: string | null
}
export interface Parents {
  readonly branch?: { readonly bank_id: string | null; readonly client_org_id: string | null } | undefined
  readonly contact?: { readonly client_org_id: string | null } | undefined
}

/** A branch alone fills bank and client; what was named stays. */
export const filled = (links: Links, { branch }: Parents): Links => ({
  ...links,
  bank_id: links.bank_id ?? branch?.bank_id ?? null,
  client_org_id: links.client_org_id ?? branch?.client_org_id ?? null,
})

/** The first field that contradicts another, with the reason; null when all agree. */
export function disagreement(
  links: Links,
  { branch, contact }: Parents,
): { readonly path: keyof Links; readonly reason: string } | null {
  if (branch && branch.bank_id !== links.bank_id) return { path: 'bank_branch_id', reason: 'other_bank' }
  if (branch?.client_org_id && branch.client_org_id !== links.client_org_id)
    return { path: 'client_org_id', reason: 'other_client_than_branch' }
  if (contact && contact.client_org_id !== links.client_org_id)
    return { path: 'primary_contact_id', reason: 'other_client' }
  return null
}

/** What sends the job: `source_ref_id` read as the branch of a bank job or the channel of a channel job. */
export function sourceRef(sent: {
  readonly source_type: 'bank' | 'direct' | 'channel'
  readonly source_ref_id?: string | undefined
  readonly bank_branch_id?: string | null | undefined
  readonly channel_id?: string | null | undefined
}): { readonly bank_branch_id?: string; readonly channel_id?: string } | { readonly reason: string } {
  const { source_type, source_ref_id } = sent
  if (source_ref_id === undefined) return {}
  if (source_type === 'direct') return { reason: 'direct_has_no_source' }
  const field = source_type === 'bank' ? 'bank_branch_id' : 'channel_id'
  if (sent[field] && sent[field] !== source_ref_id) return { reason: `differs_from_${field}` }
  return { [field]: source_ref_id }
}
