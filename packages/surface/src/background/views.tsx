import { ChipToggle } from '@zenops/ui/filters'

export interface View {
  readonly value: string | undefined
  readonly label: string
}
interface ViewsProps {
  readonly views: readonly View[]
  readonly shown: string | undefined
  readonly onShow: (value: string | undefined) => void
}

/** What the page shows; its lists share one address. */
export const Views = ({ views, shown, onShow }: ViewsProps) => (
  <>
    {views.map(({ value, label }) => (
      <ChipToggle key={label} label={label} pressed={shown === value} onToggle={() => onShow(value)} />
    ))}
  </>
)
