/** Texts of sign-in. */
export const en = {
  app: 'Studio',
  sign_in_title: 'Sign in to Studio',
  email_missing: 'Enter your e-mail',
  password_missing: 'Enter your password',
  forgot: 'Forgot your password? Another platform operator can send you a link.',
  ended: 'Your session has ended. Sign in to go on where you were.',
  reuse: 'Your session was ended because it was used from two places. If that was not you, change your password.',
  signed_out: 'You are signed out.',
} as const
