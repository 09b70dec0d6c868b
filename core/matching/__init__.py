"""The same person twice: candidates, their weight, decisions, merges that can be undone.

roles        which field is a name, a date, a place ..., from the definition of the dataset
model        comparisons, their levels, and how much each level speaks for and against (weights.toml)
people       one row per record with what is compared; names, words
blocking     pairs that are worth a look, bounded
wording      how two names agree, word by word
scoring      the weight of every pair
clustering   records that are one person
running      all of it, kept; or new and changed records against the rest
decisions    what people said of a pair: never deleted, only superseded
merging      two records become one, and two again
"""
