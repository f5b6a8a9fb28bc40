//! In: a word that nobody knows, and the words that are known. Out: the one that was probably meant.
