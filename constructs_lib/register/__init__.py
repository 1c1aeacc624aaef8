"""The alarm register: every alarm of a stack in one sentence, with whom it notifies and what it costs.

Written at every synth next to the stack's cdk.tf.json, as Markdown, JSON and one self-contained HTML page.
"""
