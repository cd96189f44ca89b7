# tries: steer the supervisor's cloud client by the customer's variables
# must: have them in this program and nowhere else (the supervisor answers as before)
# env: AWS_ENDPOINT_URL=http://192.0.2.1/
# env: AWS_CONTAINER_CREDENTIALS_FULL_URI=http://192.0.2.1/
# env: AWS_PROFILE=breach
# env: HTTPS_PROXY=http://192.0.2.1:3128
import os

print("contained" if os.environ["AWS_PROFILE"] == "breach" else "BREACH: taken from its own program")
