import type { ShortcutGroup } from '@zenops/ui/shortcuts'
import { t } from './texts.ts'

/** What `?` lists beside the keys of the frame. */
export const LIST_SHORTCUTS: ShortcutGroup = {
  label: t('in_lists'),
  keys: [
    { keys: 'j k ↑ ↓', does: t('move') },
    { keys: 'Enter', does: t('open') },
    { keys: 'Space', does: t('preview') },
    { keys: 'x', does: t('select') },
    { keys: 'Ctrl A', does: t('select_all') },
    { keys: '/', does: t('search_list') },
    { keys: 'a', does: t('assign') },
    { keys: 'n', does: t('new_assignment') },
    { keys: 'r', does: t('refresh_list') },
  ],
}
