FROM slack-bot-server:0.1
COPY --chown=node:node package.json *.ts ./
RUN npm install --omit=dev --no-audit --no-fund
