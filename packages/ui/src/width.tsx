import { useMediaQuery } from '@mantine/hooks'

/** A phone's width: lists are cards, tables show one column at a time. */
export const useNarrow = (): boolean =>
  useMediaQuery('(max-width: 767px)', false, { getInitialValueInEffect: false }) ?? false
