/** Texts of sign-in. */
export const en = {
  app: 'Portal',
  sign_in_title: 'Sign in to the portal',
  email_missing: 'Enter your e-mail',
  password_missing: 'Enter your password',
  forgot: 'Forgot your password? Ask your contact at the valuation firm for a link.',
  ended: 'Your session has ended. Sign in to go on where you were.',
  reuse: 'Your session was ended because it was used from two places. If that was not you, change your password.',
  signed_out: 'You are signed out.',
} as const
