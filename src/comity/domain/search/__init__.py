"""Full text: how text is folded and cut into words, what is asked, and how matches are ranked.

Texts and questions are folded and cut by the same functions here, so all stores find the same.
"""
