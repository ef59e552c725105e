"""Run tracker and coach: a watch's files in, today's workout out."""
