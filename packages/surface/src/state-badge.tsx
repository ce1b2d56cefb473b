import type { StateFace } from '@zenops/contracts/states'
import { StatusBadge, type StatusBadgeProps } from '@zenops/ui/status'

/** A state as the contract faces it: family, icon and word. */
export function StateBadge({ face, size }: { readonly face: StateFace } & Pick<StatusBadgeProps, 'size'>) {
  return (
    <StatusBadge
      family={face.family}
      icon={face.icon}
      text={face.label.en}
      final={face.final}
      {...(size ? { size } : {})}
    />
  )
}
