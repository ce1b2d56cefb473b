-- What most requests pay for: policies, the rows of a contract's revisions.

-- A statement makes ready every expression of its policies before it starts, whether or not it comes to evaluating it. As
-- SQL the memory of a scope would become part of each of them; as a call it is made ready once a transaction.
create or replace function app.scope_of(p_capability text) returns text language plpgsql stable security invoker
  as $$
  begin
    return coalesce(
      nullif(split_part(split_part(current_setting('app.scopes', true), app.scope_entry(p_capability), 2), ';', 1), ''),
      app.look_up_scope(p_capability));
  end $$;
