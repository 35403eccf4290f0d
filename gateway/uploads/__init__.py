"""What an uploaded file is: its kind by content and name together, a safe name, and a photo without the place it shows.

Pure: it reads files that somebody else holds and says what to change, and imports nothing of ours.
"""
