"""The pages: for each the question that its address asks, and how its record is written as a table and a feed."""
