"""The map of the world on which countries and regions stand: outlines shipped with the program, and what is drawn."""
