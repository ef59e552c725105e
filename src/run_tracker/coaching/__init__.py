"""From state to prescription: facts, proposals, guardrails and the coaches."""
