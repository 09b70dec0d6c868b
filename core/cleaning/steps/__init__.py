"""The cleaning steps, a module each. What a module gives as KINDS is a step everywhere: plans, API, pages, docs."""
