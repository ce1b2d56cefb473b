import {
  type Classification,
  MINIMUM_SENSITIVITY,
  SENSITIVITIES,
  type Sensitivity,
} from '@zenops/contracts/document-records'

const rank = (sensitivity: Sensitivity): number => SENSITIVITIES.indexOf(sensitivity)

/** The sensitivity that is kept: never below what the class demands. */
export function raisedFor(classification: Classification, sensitivity: Sensitivity): Sensitivity {
  const least = MINIMUM_SENSITIVITY[classification]
  return least !== undefined && rank(least) > rank(sensitivity) ? least : sensitivity
}

export const isLowered = (before: Sensitivity, after: Sensitivity): boolean => rank(after) < rank(before)
