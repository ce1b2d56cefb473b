import type { House, TestActor } from './house.ts'

/** The session that an actor's token names. */
export const sessionOf = (actor: TestActor): string => {
  const claims = JSON.parse(Buffer.from(actor.token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string } // our own token
  return claims.sid
}

/** As if the actor had just proven a factor. */
export async function steppedUp(house: House, actor: TestActor): Promise<TestActor> {
  await house.sql('update identity.auth_families set stepped_up_at = now() where id = $1', [sessionOf(actor)])
  house.app.authenticator.forget(sessionOf(actor))
  return actor
}
