"""The pages an owner sees while connecting a car."""
