/** Texts of the door, the frame and the pages of Studio. */
export const en = {
  app: 'Studio',
  sign_in_title: 'Sign in to Studio',
  forgot: 'Forgot your password? Another platform operator can send you a link.',
  grantor_operators: 'Two administrators of the platform',
  strip: 'Platform: what you do here affects every firm',
  overview: 'Overview',
  group_platform: 'Platform',
  health: 'Health',
  ready: 'Ready',
  not_ready: 'Not ready',
  ok: 'Works',
  failing: 'Fails',
  build: 'What is running',
  check_again: 'Check again',
  no_parts: 'The server names no parts.',
} as const
