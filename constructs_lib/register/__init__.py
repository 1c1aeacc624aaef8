"""The alarm register: every alarm of a stack in one sentence, with who hears of it and what it costs.

Written at every synth beside the stack's cdk.tf.json, as Markdown, JSON and one self-contained HTML page.
"""
