/** Texts of the door, the frame and the pages of the portal. */
export const en = {
  app: 'Portal',
  sign_in_title: 'Sign in to the portal',
  requests: 'Your requests',
  none_title: 'No requests here yet',
  none_text:
    'Requests for valuations that you make with {firm} will stand here with their state: questions that wait for you first, then all others. Making a request on this page is not open yet; ask your contact at the firm until then.',
  you: 'You are signed in as',
  name: 'Name',
  email: 'E-mail',
  firm: 'Firm',
} as const
