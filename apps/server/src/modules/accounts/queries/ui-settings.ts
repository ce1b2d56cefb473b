import { getUiSettings, type UiSettings, updateUiSettings } from '@zenops/contracts/identity'
import { sql } from 'kysely'
import type { z } from 'zod'
import { operationsOf } from '../../../platform/operations.ts'

const on = operationsOf<'identity'>()

export const getUiSettingsOperation = on.query(getUiSettings, async ({ build, read, actor }) => {
  const [rows] = await read(
    build
      .selectFrom('identity.ui_settings')
      .select('settings')
      .where('tenant_id', '=', actor.tenantId)
      .where('user_id', '=', actor.userId)
      .compile(),
  )
  return (rows[0]?.settings ?? {}) as z.input<typeof UiSettings> // written through the same schema
})

export const updateUiSettingsOperation = on.unaudited(updateUiSettings, {
  run: async ({ tx, actor }, { body }) => {
    // Merged in one statement: two tabs that set different keys both keep theirs. Nulls go back to the default.
    const { rows } = await sql<{ settings: Record<string, never> }>`
      insert into identity.ui_settings as s (tenant_id, user_id, settings)
      values (${actor.tenantId}::uuid, ${actor.userId}::uuid, jsonb_strip_nulls(${JSON.stringify(body)}::jsonb))
      on conflict (tenant_id, user_id) do update
        set settings = jsonb_strip_nulls(s.settings || ${JSON.stringify(body)}::jsonb), updated_at = now()
      returning settings`.execute(tx)
    return { body: rows[0]?.settings ?? {} }
  },
})
