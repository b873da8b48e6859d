"""Briefings by mail: lists that people sign up for, what they are told, and how it is sent."""
