import { messagesOf } from '@zenops/client/messages'
import { en } from './messages.en.ts'

export const t = messagesOf('audit', en)

const isKey = (key: string): key is keyof typeof en => Object.hasOwn(en, key)

/** A word by a name of the server; one that this build does not know stands as it is. */
export const wordOf = (prefix: string, name: string): string => {
  const key = `${prefix}_${name}`
  return isKey(key) ? t(key) : name
}

/** `MASTERDATA_RECORD_CREATED` → `Masterdata record created`. */
export function actionName(action: string): string {
  const text = action.toLowerCase().replaceAll('_', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export const shortId = (id: string): string => (id.length > 16 ? `…${id.slice(-8)}` : id)
